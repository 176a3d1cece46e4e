// Reductions over the LANES lanes of each of the four rows that a workgroup takes; rows of vec4 whose last one is filled up
// with zeros. Every invocation of the workgroup calls row_sum and row_max.

var<workgroup> partial: array<vec2<f32>, 4u * LANES>;

fn row_sum(local: u32, value: vec2<f32>) -> vec2<f32> {
    workgroupBarrier();
    partial[local] = value;
    workgroupBarrier();
    var sum = vec2<f32>();
    let first = local - local % LANES;
    for (var i = 0u; i < LANES; i += 1u) {
        sum += partial[first + i];
    }
    return sum;
}

fn row_max(local: u32, value: f32) -> f32 {
    workgroupBarrier();
    partial[local].x = value;
    workgroupBarrier();
    var most = -1e30;
    let first = local - local % LANES;
    for (var i = 0u; i < LANES; i += 1u) {
        most = max(most, partial[first + i].x);
    }
    return most;
}
