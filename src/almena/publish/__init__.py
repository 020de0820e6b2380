"""Reports, exports and maps: the only room that speaks to readers outside."""
