package dev.sluice.app.kube;

import dev.sluice.model.RouterRef;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.serving.FleetStatus;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Supplier;

/**
 * What a cluster is told of the fleets that this process serves; asked from any thread.
 *
 * @param statuses what each fleet's Envoys were given and have acknowledged
 * @param faults why a router couldn't be shaped or compiled, while it can't
 * @param served what the Envoys report of their requests
 */
public record FleetReports(
    Supplier<List<FleetStatus>> statuses,
    Supplier<SortedMap<RouterRef, String>> faults,
    Supplier<ServedLoad> served) {}
