package dev.sluice.demo.report;

import dev.sluice.demo.report.Run.Event;
import dev.sluice.demo.report.Run.Sample;
import dev.sluice.lab.svg.Scale;
import dev.sluice.lab.svg.SvgPage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * A run as a picture: the share that each backend served (counted there) above, time to first token
 * at the client below, both over the same seconds, and the events as numbered marks.
 */
public final class TimelineSvg {

  private static final int WIDTH = 1000;
  private static final int LEFT = 70;
  private static final int RIGHT = 970;
  private static final int SHARES_TOP = 122;
  private static final int SHARES_BOTTOM = 342;
  private static final int TTFT_TOP = 397;
  private static final int TTFT_BOTTOM = 587;
  private static final int EVENTS_TOP = 662;
  private static final int EVENT_HEIGHT = 22;

  private static final double LOWEST_MS = 20;
  private static final double HIGHEST_MS = 5_000;

  // Vermilion against pale blues and greens: told apart by colour-blind readers too.
  private static final String TROUBLED = "#d55e00";
  private static final List<String> OTHERS = List.of("#8fbbd9", "#a8d5ba", "#d9b8cc", "#e8d9a0");
  private static final String P50 = "#7a7a7a";
  private static final String P99 = "#222222";

  private static final String LABEL = "font-size=\"13\" fill=\"#444444\"";
  private static final String HEADING = "font-size=\"15\" fill=\"#222222\" font-weight=\"bold\"";

  private final Run run;
  private final List<Event> marks;
  private final SvgPage page;
  private final Scale x;
  private final Scale share = Scale.linear(0, 1, SHARES_BOTTOM, SHARES_TOP);
  private final Scale ttft = Scale.log(LOWEST_MS, HIGHEST_MS, TTFT_BOTTOM, TTFT_TOP);
  private final double lastSecond;

  private TimelineSvg(Run run) {
    this.run = run;
    this.marks = run.events().stream().filter(Event::mark).toList();
    this.lastSecond =
        Math.max(60, run.samples().stream().mapToDouble(Sample::second).max().orElse(0));
    this.x = Scale.linear(0, lastSecond, LEFT, RIGHT);
    int height = EVENTS_TOP + EVENT_HEIGHT * ((marks.size() + 1) / 2) + 16;
    this.page = new SvgPage(WIDTH, height, "Sluice, scenario " + run.expected().scenario());
  }

  /** Draws {@code run}. */
  public static String draw(Run run) {
    return new TimelineSvg(run).draw();
  }

  private String draw() {
    page.text(
        LEFT,
        38,
        "font-size=\"21\" fill=\"#111111\" font-weight=\"bold\"",
        "Sluice, scenario " + run.expected().scenario());
    page.text(LEFT, 60, "font-size=\"14\" fill=\"#444444\"", run.expected().headline());
    drawShareAxes();
    drawTtftAxes();
    drawSeconds();
    drawShares();
    drawMarks();
    drawTtfts();
    drawEvents();
    return page.end();
  }

  private void drawShareAxes() {
    page.text(LEFT, SHARES_TOP - 26, HEADING, "Share of requests, counted at the backends");
    for (int percent = 0; percent <= 100; percent += 25) {
      gridLine(share.at(percent / 100.0), percent + "%");
    }
    double legend = RIGHT;
    for (String name : run.expected().names().reversed()) {
      legend = legendEntry(legend, SHARES_TOP - 26, color(name), name);
    }
  }

  private void drawTtftAxes() {
    page.text(LEFT, TTFT_TOP - 14, HEADING, "Time to first token at the client (log scale)");
    for (int ms : List.of(20, 50, 100, 200, 500, 1_000, 2_000, 5_000)) {
      gridLine(ttft.at(ms), ms < 1_000 ? ms + " ms" : ms / 1_000 + " s");
    }
    double objective = ttft.at(run.expected().objectiveTtftMs());
    page.line(
        LEFT,
        objective,
        RIGHT,
        objective,
        "stroke=\"%s\" stroke-dasharray=\"6 4\" stroke-width=\"1.5\"".formatted(TROUBLED));
    page.text(
        RIGHT,
        objective - 5,
        "font-size=\"12\" fill=\"%s\" text-anchor=\"end\"".formatted(TROUBLED),
        "objective: 99%% below %d ms".formatted(run.expected().objectiveTtftMs()));
    legendEntry(legendEntry(RIGHT, TTFT_TOP - 14, P99, "p99"), TTFT_TOP - 14, P50, "p50");
  }

  private void gridLine(double y, String label) {
    page.line(LEFT, y, RIGHT, y, "stroke=\"#e4e4e4\" stroke-width=\"1\"");
    page.text(LEFT - 8, y + 4, LABEL + " text-anchor=\"end\"", label);
  }

  /** Draws right to left and returns where the next entry ends. */
  private double legendEntry(double right, double baseline, String color, String name) {
    double textLeft = right - 8.0 * name.length();
    page.text(textLeft, baseline, LABEL, name);
    page.line(
        textLeft - 26,
        baseline - 4,
        textLeft - 6,
        baseline - 4,
        "stroke=\"%s\" stroke-width=\"3\"".formatted(color));
    return textLeft - 40;
  }

  private void drawSeconds() {
    int step = lastSecond > 240 ? 60 : 30;
    for (int second = 0; second <= lastSecond; second += step) {
      String minutes = String.format(Locale.ROOT, "%d:%02d", second / 60, second % 60);
      page.line(x.at(second), TTFT_BOTTOM, x.at(second), TTFT_BOTTOM + 5, "stroke=\"#888888\"");
      page.text(x.at(second), TTFT_BOTTOM + 20, LABEL + " text-anchor=\"middle\"", minutes);
    }
    page.text(
        (LEFT + RIGHT) / 2.0,
        TTFT_BOTTOM + 40,
        LABEL + " text-anchor=\"middle\"",
        "minutes since the load began");
  }

  private void drawMarks() {
    double lastBadge = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < marks.size(); i++) {
      double at = x.at(marks.get(i).second());
      page.line(
          at,
          SHARES_TOP,
          at,
          TTFT_BOTTOM,
          "stroke=\"#555555\" stroke-dasharray=\"3 3\" stroke-width=\"1\"");
      lastBadge = Math.max(at, lastBadge + 20); // side by side where events crowd
      badge(lastBadge, SHARES_TOP - 9, i + 1);
    }
  }

  private void badge(double centerX, double centerY, int number) {
    page.circle(centerX, centerY, 9, "fill=\"#444444\"");
    page.text(
        centerX,
        centerY + 4,
        "font-size=\"11\" fill=\"#ffffff\" text-anchor=\"middle\"",
        String.valueOf(number));
  }

  /** Stacked, the troubled one at the bottom, where its size is read off the axis. */
  private void drawShares() {
    Map<Sample, Double> tops = new LinkedHashMap<>();
    List<Sample> served = run.samples().stream().filter(s -> !s.servedShare().isEmpty()).toList();
    served.forEach(sample -> tops.put(sample, 0.0));
    for (String name : stackOrder()) {
      StringBuilder outline = new StringBuilder();
      served.reversed().forEach(sample -> point(outline, sample, share.at(top(tops, sample))));
      for (Sample sample : served) {
        tops.merge(sample, sample.servedShare().getOrDefault(name, 0.0), Double::sum);
        point(outline, sample, share.at(top(tops, sample)));
      }
      page.polygon(outline.toString().strip(), "fill=\"%s\"".formatted(color(name)));
    }
  }

  private static double top(Map<Sample, Double> tops, Sample sample) {
    return tops.getOrDefault(sample, 0.0);
  }

  private List<String> stackOrder() {
    List<String> order = new ArrayList<>(run.expected().names());
    order.sort(Comparator.comparing(name -> !name.equals(run.expected().troubled())));
    return order;
  }

  private void drawTtfts() {
    page.polyline(points(Sample::ttftP50Ms, ttft), stroke(P50, 2));
    page.polyline(points(Sample::ttftP99Ms, ttft), stroke(P99, 2));
  }

  private String points(Function<Sample, OptionalDouble> value, Scale y) {
    StringBuilder points = new StringBuilder();
    for (Sample sample : run.samples()) {
      value.apply(sample).ifPresent(number -> point(points, sample, y.at(number)));
    }
    return points.toString().strip();
  }

  private void point(StringBuilder points, Sample sample, double y) {
    points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x.at(sample.second()), y));
  }

  /** Two columns, read downwards. */
  private void drawEvents() {
    int rows = (marks.size() + 1) / 2;
    for (int i = 0; i < marks.size(); i++) {
      double left = i < rows ? LEFT : (LEFT + RIGHT) / 2.0;
      double baseline = EVENTS_TOP + EVENT_HEIGHT * (i < rows ? i : i - rows);
      badge(left, baseline - 4, i + 1);
      page.text(left + 16, baseline, LABEL, marks.get(i).words());
    }
  }

  private String color(String name) {
    if (name.equals(run.expected().troubled())) {
      return TROUBLED;
    }
    List<String> others =
        run.expected().names().stream().filter(n -> !n.equals(run.expected().troubled())).toList();
    return OTHERS.get(others.indexOf(name) % OTHERS.size());
  }

  private static String stroke(String color, double width) {
    return String.format(Locale.ROOT, "stroke=\"%s\" stroke-width=\"%.1f\"", color, width);
  }
}
