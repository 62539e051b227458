//! Histories that broke something once, by what was wrong.

use bellhop_sim::{GROUPS, PUSHES, explore};

/// The seed of each, and what was wrong.
const ONCE_BROKEN: [(u64, &str); 26] = [
    (981, "a cancel was refused for what it had done itself"),
    (2919, "an invite was refused as used before, by itself"),
    (
        3291,
        "two devices gave way to one invitation under one name",
    ),
    (
        2844,
        "a call began with a party that had been gone for long",
    ),
    (4788, "an absence was lost because the store failed once"),
    (6062, "a login missed a call that began while it was read"),
    (
        9270,
        "a login told the end of what it never told the beginning of",
    ),
    (12378, "an accept was said to have failed and had not"),
    (
        21801,
        "a snapshot told a time-out, and then it was cancelled",
    ),
    (116_229, "a reply left before what had been told earlier"),
    (
        123_632,
        "an inviting device was not reached by its own online-only ring",
    ),
    (
        1_699,
        "two devices that were gone waited for each other, and their rings went on",
    ),
    (
        17_725,
        "a phone that woke joined a call that was over, by how its invitation stood",
    ),
    (
        206_716,
        "an accept was said to have failed, and its device missed the call",
    ),
    (
        GROUPS + 473,
        "who left a group heard afterwards what had rung in it before",
    ),
    (
        GROUPS + 622,
        "a cancel was said to have ended somebody who had accepted before",
    ),
    (
        GROUPS + 3_632,
        "a reject was not heard because one's own change of data came after it",
    ),
    (
        GROUPS + 4_255,
        "a phone believed itself in a call that went on without it",
    ),
    (
        GROUPS + 22_321,
        "who was taken out of a group while away saw its call for ever",
    ),
    (
        1_367,
        "an invitation that was there was refused as one that its app had cancelled",
    ),
    (
        GROUPS + 253,
        "a ring was made after its deadline, and sounded",
    ),
    (
        PUSHES + 625,
        "who rang when the server crashed, and did not come back, was pushed to by nobody",
    ),
    (
        GROUPS + 45_464,
        "a login was told what rang in a group that its user had left a moment before",
    ),
    (
        GROUPS + 53_634,
        "who had left a group was not told that the call was over into which he had been invited",
    ),
    (
        GROUPS + 31_725,
        "who had hung up heard of an accept from before, and believed in the call again",
    ),
    (
        PUSHES + 85_103,
        "whom a dismissed group had invited was not told that the call was over",
    ),
];

#[test]
fn what_broke_once_holds() {
    for (seed, what) in ONCE_BROKEN {
        if let Err(failure) = explore(seed, None) {
            panic!("{what}: {failure}");
        }
    }
}
