//! Every vector is run somewhere, or says why not. How many of a file ran is asserted where it is run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

#[test]
fn every_vector_has_its_file_or_its_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut files, mut reasons, mut ids) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for line in include_str!("../data/vectors.txt").lines() {
        if line.starts_with('#') {
            continue;
        }
        let (id, place) = line.split_once('\t').unwrap();
        assert!(ids.insert(id), "{id} stands there twice");
        match place.strip_prefix("- ") {
            Some(reason) => reasons.push((id, reason)),
            None => files.entry(place).or_insert_with(Vec::new).push(id),
        }
    }
    for (file, wanted) in &files {
        let vectors: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(root.join(file)).unwrap()).unwrap();
        let found = vectors.as_array().unwrap().iter();
        let found: BTreeSet<&str> = found.map(|vector| vector["id"].as_str().unwrap()).collect();
        let wanted: BTreeSet<&str> = wanted.iter().copied().collect();
        assert_eq!(found, wanted, "{file}");
    }
    assert!(reasons.iter().all(|(_, reason)| !reason.is_empty()));
    assert_eq!((ids.len(), reasons.len()), (185, 2));
}
