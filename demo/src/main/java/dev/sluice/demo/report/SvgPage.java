package dev.sluice.demo.report;

import java.util.Locale;

/** The few SVG elements that the picture needs. Numbers are written with one decimal. */
final class SvgPage {

  private final StringBuilder out = new StringBuilder();

  SvgPage(int width, int height, String title) {
    add(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
        font-family="Helvetica, Arial, sans-serif" role="img">
        <title>%s</title>
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        """,
        width, height, width, height, escape(title));
  }

  SvgPage text(double x, double y, String style, String words) {
    return add("<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>%n", x, y, style, escape(words));
  }

  SvgPage line(double x1, double y1, double x2, double y2, String style) {
    return add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>%n", x1, y1, x2, y2, style);
  }

  SvgPage rect(double x, double y, double width, double height, String style) {
    return add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" %s/>%n",
        x, y, width, height, style);
  }

  SvgPage circle(double x, double y, double radius, String style) {
    return add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" %s/>%n", x, y, radius, style);
  }

  /** {@code points} as {@code x,y x,y ...}. */
  SvgPage polyline(String points, String style) {
    return add("<polyline points=\"%s\" fill=\"none\" %s/>%n", points, style);
  }

  String end() {
    return out + "</svg>\n";
  }

  private SvgPage add(String pattern, Object... values) {
    out.append(String.format(Locale.ROOT, pattern, values));
    return this;
  }

  private static String escape(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
