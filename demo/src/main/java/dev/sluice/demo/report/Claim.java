package dev.sluice.demo.report;

/**
 * One thing that a run must show.
 *
 * @param name what is claimed, as a sentence
 * @param held whether the figures bear it out
 * @param figures the figures, with what was expected
 */
public record Claim(String name, boolean held, String figures) {}
