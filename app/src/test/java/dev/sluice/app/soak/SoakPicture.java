package dev.sluice.app.soak;

import dev.sluice.lab.svg.Scale;
import dev.sluice.lab.svg.SvgPage;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/** A soak as a picture: memory, threads, files and requests over the same minutes. */
final class SoakPicture {

  private static final int WIDTH = 1000;
  private static final int HEIGHT = 830;
  private static final int LEFT = 70;
  private static final int RIGHT = 970;
  private static final int FIRST_TOP = 110;
  private static final int PANEL = 110;
  private static final int APART = 170;
  private static final int GRID_LINES = 4;

  private static final String DARK = "#222222";
  private static final String PALE = "#8fbbd9";
  private static final String ALARM = "#d55e00";
  private static final String BREACH = "fill=\"#f7e3d6\"";
  private static final String LABEL = "font-size=\"13\" fill=\"#444444\"";
  private static final String CENTERED = LABEL + " text-anchor=\"middle\"";
  private static final String HEADING = "font-size=\"15\" fill=\"#222222\" font-weight=\"bold\"";
  private static final String TITLE = "font-size=\"21\" fill=\"#111111\" font-weight=\"bold\"";

  private final List<Sample> samples;
  private final double minutes;
  private final Scale x;
  private final SvgPage page = new SvgPage(WIDTH, HEIGHT, "Sluice, soak");

  private SoakPicture(SoakRecord record) {
    this.samples = record.samples();
    this.minutes = record.last().second() / 60;
    this.x = Scale.linear(0, minutes, LEFT, RIGHT);
  }

  private record Line(String name, String color, Function<Sample, OptionalDouble> figure) {}

  static String draw(SoakRecord record, String headline) {
    return new SoakPicture(record).draw(headline);
  }

  private String draw(String headline) {
    page.text(LEFT, 38, TITLE, "Sluice's process under breaches and load");
    page.text(LEFT, 60, "font-size=\"14\" fill=\"#444444\"", headline);
    panel(
        0,
        "Heap in use, MiB",
        new Line("garbage included", PALE, sample -> OptionalDouble.of(sample.heapMib())),
        new Line("after a full collection", DARK, Sample::liveMib));
    panel(
        1,
        "Resident memory, MiB",
        new Line("resident", DARK, sample -> OptionalDouble.of(sample.residentMib())));
    panel(
        2,
        "Threads and open files",
        new Line("files", PALE, sample -> OptionalDouble.of(sample.files())),
        new Line("threads", DARK, sample -> OptionalDouble.of(sample.threads())));
    panel(
        3,
        "Requests a second, all clients",
        new Line("served", DARK, sample -> rate(sample, false)),
        new Line("failed", ALARM, sample -> rate(sample, true)));
    drawMinutes();
    return page.end();
  }

  private void panel(int index, String heading, Line... lines) {
    double top = FIRST_TOP + index * APART;
    double bottom = top + PANEL;
    shadeBreaches(top, bottom);
    double highest = highest(lines);
    Scale y = Scale.linear(0, highest, bottom, top);
    for (int i = 0; i <= GRID_LINES; i++) {
      double value = highest * i / GRID_LINES;
      page.line(LEFT, y.at(value), RIGHT, y.at(value), "stroke=\"#e4e4e4\" stroke-width=\"1\"");
      String number = String.format(Locale.ROOT, "%.0f", value);
      page.text(LEFT - 8, y.at(value) + 4, LABEL + " text-anchor=\"end\"", number);
    }
    page.text(LEFT, top - 12, HEADING, heading);
    double legend = RIGHT;
    for (Line line : List.of(lines).reversed()) {
      page.polyline(points(line, y), stroke(line));
      legend = legendEntry(legend, top - 12, line);
    }
  }

  /** In every other minute a service is in breach. */
  private void shadeBreaches(double top, double bottom) {
    for (int minute = 0; minute < minutes; minute += 2) {
      double from = x.at(minute);
      double to = x.at(Math.min(minutes, minute + 1));
      page.polygon(
          String.format(
              Locale.ROOT,
              "%.1f,%.1f %.1f,%.1f %.1f,%.1f %.1f,%.1f",
              from,
              top,
              to,
              top,
              to,
              bottom,
              from,
              bottom),
          BREACH);
    }
  }

  /** The end of the axis: a number that divides by the grid and is above all that is drawn. */
  private double highest(Line... lines) {
    double most = 1;
    for (Line line : lines) {
      for (Sample sample : samples) {
        most = Math.max(most, line.figure().apply(sample).orElse(0));
      }
    }
    double magnitude = Math.pow(10, Math.floor(Math.log10(most)));
    double step = magnitude * 0.4;
    return Math.max(GRID_LINES, Math.ceil(most / step) * step);
  }

  private OptionalDouble rate(Sample sample, boolean failed) {
    int at = samples.indexOf(sample);
    if (at < 1) {
      return OptionalDouble.empty();
    }
    Sample before = samples.get(at - 1);
    double seconds = sample.second() - before.second();
    long failures = sample.failed() - before.failed();
    long count = failed ? failures : sample.requests() - before.requests() - failures;
    return seconds < 1 ? OptionalDouble.empty() : OptionalDouble.of(count / seconds);
  }

  private String points(Line line, Scale y) {
    StringBuilder points = new StringBuilder();
    for (Sample sample : samples) {
      OptionalDouble value = line.figure().apply(sample);
      if (value.isPresent()) {
        double px = x.at(sample.second() / 60);
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", px, y.at(value.getAsDouble())));
      }
    }
    return points.toString().strip();
  }

  /** Draws right to left and returns where the next entry ends. */
  private double legendEntry(double right, double baseline, Line line) {
    double left = right - 7.0 * line.name().length();
    page.text(left, baseline, LABEL, line.name());
    page.line(left - 26, baseline - 4, left - 6, baseline - 4, stroke(line));
    return left - 40;
  }

  private static String stroke(Line line) {
    return "stroke=\"%s\" stroke-width=\"2\"".formatted(line.color());
  }

  private void drawMinutes() {
    double bottom = FIRST_TOP + 3 * APART + PANEL;
    int step = minutes > 12 ? 5 : 1;
    for (int minute = 0; minute <= minutes; minute += step) {
      page.text(x.at(minute), bottom + 20, CENTERED, String.valueOf(minute));
    }
    String words = "minutes since the load began; shaded: one service is in breach";
    page.text((LEFT + RIGHT) / 2.0, bottom + 40, CENTERED, words);
  }
}
