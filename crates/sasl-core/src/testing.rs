//! What authors of mechanisms test with.
