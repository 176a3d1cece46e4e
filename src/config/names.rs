//! One list for the names of a choice: what links, locales and style sheets call it.

/// Gives an enum without data `ALL`, its variants in the order of the list, `name`, and `named`, which finds a variant by
/// its name.
macro_rules! names {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variant),+];

            $(#[$doc])*
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }

            /// The variant of this name.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|it| it.name() == name)
            }
        }
    };
}

pub(crate) use names;

#[cfg(test)]
mod tests {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Season {
        Spring,
        Autumn,
    }

    names! {
        Season { Autumn = "autumn", Spring = "spring" }
    }

    #[test]
    fn a_list_of_names_is_the_order_and_the_way_back() {
        assert_eq!(Season::ALL, [Season::Autumn, Season::Spring]);
        assert_eq!(Season::ALL.map(Season::name), ["autumn", "spring"]);
        assert_eq!((Season::named("spring"), Season::named("winter")), (Some(Season::Spring), None));
    }
}
