"""Numbers that describe a segmented image: one module per descriptor, one registry."""
