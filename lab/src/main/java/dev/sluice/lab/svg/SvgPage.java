package dev.sluice.lab.svg;

import java.util.Locale;

/** The few SVG elements that our pictures need. Numbers are written with one decimal. */
public final class SvgPage {

  private final StringBuilder out = new StringBuilder();

  /** A white page. */
  public SvgPage(int width, int height, String title) {
    add(
        String.format(
            Locale.ROOT,
            """
        <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" \
        font-family="Helvetica, Arial, sans-serif" role="img">
        <title>%s</title>
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        """,
            width,
            height,
            width,
            height,
            escape(title)));
  }

  public void text(double x, double y, String style, String words) {
    add(
        String.format(
            Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" %s>%s</text>", x, y, style, escape(words)));
  }

  public void line(double x1, double y1, double x2, double y2, String style) {
    add(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>",
            x1,
            y1,
            x2,
            y2,
            style));
  }

  public void circle(double x, double y, double radius, String style) {
    add(
        String.format(
            Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" %s/>", x, y, radius, style));
  }

  /** {@code points} as {@code x,y x,y ...}. */
  public void polyline(String points, String style) {
    add(String.format(Locale.ROOT, "<polyline points=\"%s\" fill=\"none\" %s/>", points, style));
  }

  /** A filled outline of {@code points}. */
  public void polygon(String points, String style) {
    add(String.format(Locale.ROOT, "<polygon points=\"%s\" %s/>", points, style));
  }

  /** The finished picture. */
  public String end() {
    return out + "</svg>\n";
  }

  private void add(String element) {
    out.append(element).append('\n');
  }

  private static String escape(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
