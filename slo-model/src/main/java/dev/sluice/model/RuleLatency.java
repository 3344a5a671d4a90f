package dev.sluice.model;

/**
 * How soon a backend began to answer the requests of one rule of a router, as its Envoys measured.
 *
 * @param p95Millis 95 of 100 requests had their first byte by then
 * @param samples how many requests that was taken from
 */
public record RuleLatency(
    RouterRef router, String rule, String backend, double p95Millis, double samples) {}
