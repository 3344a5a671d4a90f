package dev.sluice.app.pages;

import dev.sluice.app.explain.HeldAgent;
import dev.sluice.app.history.Told;
import dev.sluice.app.loop.LoopState;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.serving.FleetStatus;
import dev.sluice.xds.serving.NodeStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that the page shows at one moment, but for the pictures. Immutable.
 *
 * @param fleets what is served
 * @param waiting the nodes nothing is served to yet
 * @param served what Envoys report of their requests
 * @param holds the Agents that are held; empty where there are none to hold
 * @param changes newest first
 * @param since when the first of them could be told
 */
public record PageView(
    Instant now,
    LoopState state,
    List<FleetStatus> fleets,
    List<NodeStatus> waiting,
    ServedLoad served,
    Optional<List<HeldAgent>> holds,
    List<Told> changes,
    Instant since) {}
