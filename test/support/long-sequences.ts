import * as fc from "fast-check";

// By itself fast-check makes sequences of about five steps, whatever longest one a test names. What takes a state, a few writes
// and a reopening to go wrong would never happen.
fc.configureGlobal({ ...fc.readConfigureGlobal(), defaultSizeToMaxWhenMaxSpecified: true });
