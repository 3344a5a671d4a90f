/** Fake LLM backends that speak real HTTP, server-sent events and Prometheus metrics. */
@NullMarked
package dev.sluice.lab.llm;

import org.jspecify.annotations.NullMarked;
