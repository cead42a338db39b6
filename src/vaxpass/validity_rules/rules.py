"""What a proposal of rules must be and who may decide: pure."""
