// What rows.wgsl does, without workgroup memory: for LANES = 8, where eight neighbours are in one subgroup.

fn row_sum(local: u32, value: vec2<f32>) -> vec2<f32> {
    var sum = value + subgroupShuffleXor(value, 4u);
    sum += subgroupShuffleXor(sum, 2u);
    return sum + subgroupShuffleXor(sum, 1u);
}

fn row_max(local: u32, value: f32) -> f32 {
    var most = max(value, subgroupShuffleXor(value, 4u));
    most = max(most, subgroupShuffleXor(most, 2u));
    return max(most, subgroupShuffleXor(most, 1u));
}
