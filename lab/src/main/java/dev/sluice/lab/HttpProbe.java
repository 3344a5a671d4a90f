package dev.sluice.lab;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/** Asks whether a part answers yet. */
public final class HttpProbe {

  private HttpProbe() {}

  /** Whether {@code GET url} is answered with 200; a refused connection is a plain no. */
  public static boolean isOk(String url) {
    try {
      HttpURLConnection probe = (HttpURLConnection) URI.create(url).toURL().openConnection();
      return probe.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException _) {
      return false;
    }
  }
}
