// The words of state memory: src/graph/state.rs.
const STEP = 0u;
const LEARNING_RATE = 1u;
const CORRECTION_1 = 2u;
const CORRECTION_2 = 3u;
const CLIP_SCALE = 4u;
const NOT_FINITE = 5u;
const TEMPERATURE = 8u;
const TOP_K = 9u;
const TOP_P = 10u;
const SEED_LOW = 11u;
const SEED_HIGH = 12u;
const POSITION = 13u;
const SLID = 14u;
const RECORDS = 16u;
const RING = 256u;
const RECORD = 4u;
