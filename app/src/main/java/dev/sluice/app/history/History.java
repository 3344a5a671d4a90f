package dev.sluice.app.history;

import dev.sluice.app.loop.Announcement;
import dev.sluice.app.loop.LoopState;
import dev.sluice.model.RouterRef;
import dev.sluice.xds.load.ServedLoad;
import dev.sluice.xds.shares.RouterShares;
import dev.sluice.xds.shares.RuleShares;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The last changes, and how traffic was shared out in the last hour. It begins empty with the
 * process: what must survive a restart is remembered elsewhere.
 *
 * <p>Bounded: at most {@value #CHANGES} changes, and {@value #LINES} lines (a backend of a rule) of
 * {@value RuleSeries#SAMPLES} samples, which is 12 MB if each rule has two backends. Where there
 * are more lines, those whose shares changed last are kept.
 *
 * <ul>
 *   <li><i>Thread</i>: any; the loop's tells, the sampler's samples, the web server's read.
 *   <li><i>On failure</i>: nothing here fails.
 *   <li><i>On shutdown</i>: nothing to do.
 * </ul>
 */
public final class History {

  /** How many changes are kept. */
  public static final int CHANGES = 500;

  /** How many lines are kept. */
  public static final int LINES = 2000;

  private final InstantSource clock;
  private final Supplier<ServedLoad> load;
  private final Instant since;
  private final Deque<Told> changes = new ArrayDeque<>();
  // The rule that changed longest ago first.
  private final Map<Place, RuleSeries> series = new LinkedHashMap<>();
  private long told;
  private int lines;

  private record Place(RouterRef router, String rule) {}

  /**
   * One that knows nothing yet.
   *
   * @param load what Envoys report of their requests
   */
  public History(InstantSource clock, Supplier<ServedLoad> load) {
    this.clock = clock;
    this.load = load;
    since = clock.instant();
  }

  /** Keeps a change. */
  public synchronized void tell(Announcement announcement) {
    Instant now = clock.instant();
    told++;
    changes.addFirst(Teller.tell(told, now, announcement));
    if (changes.size() > CHANGES) {
      changes.removeLast();
    }
    if (announcement instanceof Announcement.SharesChanged change) {
      keepNewest(change, now);
    }
  }

  private void keepNewest(Announcement.SharesChanged change, Instant now) {
    Place place = new Place(change.router(), change.rule());
    RuleSeries kept = take(place, change.after());
    kept.add(now, change.after(), fractions(place, load.get()));
    put(place, kept);
    while (lines > LINES && series.size() > 1) {
      drop(series.keySet().iterator().next());
    }
  }

  /** The series of a rule, taken out of its place in the order; a new one if it doesn't fit. */
  private RuleSeries take(Place place, RuleShares rule) {
    RuleSeries kept = series.get(place);
    if (kept == null) {
      return new RuleSeries(rule.backends().keySet());
    }
    drop(place);
    return kept.fits(rule) ? kept : new RuleSeries(rule.backends().keySet());
  }

  private void put(Place place, RuleSeries one) {
    series.put(place, one);
    lines += one.lines();
  }

  private void drop(Place place) {
    RuleSeries gone = series.remove(place);
    if (gone != null) {
      lines -= gone.lines();
    }
  }

  private static Function<String, OptionalDouble> fractions(Place place, ServedLoad served) {
    return backend -> served.fraction(place.router(), place.rule(), backend);
  }

  /** Takes one sample of each rule there is room for. */
  public synchronized void sample(LoopState state) {
    Instant now = clock.instant();
    ServedLoad served = load.get();
    SortedMap<RouterRef, RouterShares> shares = state.shares();
    for (Place place : List.copyOf(series.keySet())) {
      if (shares.getOrDefault(place.router(), RouterShares.NONE).rule(place.rule()).isEmpty()) {
        drop(place);
      }
    }
    shares.forEach(
        (router, shaped) ->
            shaped
                .rules()
                .forEach((rule, one) -> sample(new Place(router, rule), one, served, now)));
  }

  private void sample(Place place, RuleShares rule, ServedLoad served, Instant now) {
    RuleSeries kept = series.get(place);
    if (kept != null && !kept.fits(rule)) {
      drop(place);
      kept = null;
    }
    if (kept == null) {
      if (lines + rule.backends().size() > LINES) {
        return;
      }
      kept = new RuleSeries(rule.backends().keySet());
      put(place, kept);
    }
    kept.add(now, rule, fractions(place, served));
  }

  /** When it began. */
  public Instant since() {
    return since;
  }

  /** The changes that are kept, newest first. */
  public synchronized List<Told> changes() {
    return Collections.unmodifiableList(new ArrayList<>(changes));
  }

  /** What is kept of a router, by rule; rules there was no room for are absent. */
  public synchronized SortedMap<String, RulePicture> pictures(RouterRef router) {
    SortedMap<String, RulePicture> pictures = new TreeMap<>();
    series.forEach(
        (place, one) -> {
          if (place.router().equals(router)) {
            pictures.put(place.rule(), one.picture());
          }
        });
    return pictures;
  }
}
