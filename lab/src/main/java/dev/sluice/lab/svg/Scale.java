package dev.sluice.lab.svg;

import java.util.function.DoubleUnaryOperator;

/** Maps a value onto a pixel of one axis. */
@FunctionalInterface
public interface Scale {

  double at(double value);

  /** Equal steps of the value are equal steps on the axis. */
  static Scale linear(double from, double to, double pixelFrom, double pixelTo) {
    return interpolate(value -> value, from, to, pixelFrom, pixelTo);
  }

  /** Logarithmic; values outside are drawn at the edge. */
  static Scale log(double from, double to, double pixelFrom, double pixelTo) {
    return interpolate(
        value -> Math.log(Math.clamp(value, from, to)), from, to, pixelFrom, pixelTo);
  }

  private static Scale interpolate(
      DoubleUnaryOperator map, double from, double to, double pixelFrom, double pixelTo) {
    double low = map.applyAsDouble(from);
    double high = map.applyAsDouble(to);
    return value ->
        pixelFrom + (map.applyAsDouble(value) - low) / (high - low) * (pixelTo - pixelFrom);
  }
}
