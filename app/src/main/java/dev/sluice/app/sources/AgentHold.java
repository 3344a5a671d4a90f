package dev.sluice.app.sources;

import java.time.Instant;
import java.util.Optional;

/**
 * One of Foreman's Agents that gets no work now.
 *
 * @param agent its namespace and name
 * @param by whom or what it is held by
 * @param until when the hold ends by itself, if it does
 */
public record AgentHold(String agent, String by, Optional<Instant> until) {}
