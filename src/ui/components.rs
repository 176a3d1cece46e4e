//! Parts that every station uses.

pub mod control;
pub mod copy_button;
pub mod failed_run;
pub mod icon;
pub mod leaks;
pub mod learning_rate;
pub mod likelihood;
pub mod loss_chart;
pub mod loss_table;
pub mod menu;
pub mod notice;
pub mod parts;
pub mod picture;
pub mod plot;
pub mod prompt_box;
pub mod run_controls;
pub mod run_figures;
pub mod saves;
pub mod timeline;
pub mod written_text;

pub use control::{Control, Controls};
pub use copy_button::CopyButton;
pub use failed_run::FailedRun;
pub use icon::{Sign, icon, logo};
pub use leaks::leak_details;
pub use learning_rate::LearningRate;
pub use likelihood::{Likelihood, TintLegend};
pub use loss_chart::LossChart;
pub use menu::Menu;
pub use notice::{NoticeBox, Tone, error_text};
pub use parts::{emit_some, figure_list, on_input_text, onward, part_tabs, station_head, work_progress};
pub use prompt_box::PromptBox;
pub use run_controls::RunControls;
pub use run_figures::RunFigures;
pub use timeline::Timeline;
pub use written_text::WrittenText;
