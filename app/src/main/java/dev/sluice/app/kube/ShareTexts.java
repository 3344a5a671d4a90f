package dev.sluice.app.kube;

import dev.sluice.model.Share;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code status.share} and {@code status.shares} say, as a flat map of texts, so that it
 * compares by equality.
 */
final class ShareTexts {

  private static final String LEAST = "share";
  private static final String LIST = "shares";
  private static final List<String> PLACE = List.of("router", "rule", "backend");
  private static final String WANTED = "wanted";
  private static final String SERVED = "served";
  private static final List<String> TRAFFIC = List.of(WANTED, SERVED);

  // No name of Kubernetes or of a rule has one.
  private static final String SEPARATOR = "\n";

  private ShareTexts() {}

  /** Where a service gets traffic. */
  record Place(String router, String rule, String backend) {}

  static SortedMap<String, String> of(
      Map<Place, Share> shares, Map<Place, ShareSample.Traffic> traffic) {
    SortedMap<String, String> texts = new TreeMap<>();
    shares.forEach(
        (place, share) -> {
          String key = key(place.router(), place.rule(), place.backend());
          texts.put(key, share.toString());
          Optional.ofNullable(traffic.get(place)).ifPresent(part -> put(texts, key, part));
        });
    shares.values().stream()
        .min(Share::compareTo)
        .ifPresent(least -> texts.put(LEAST, least.toString()));
    return texts;
  }

  private static void put(
      SortedMap<String, String> texts, String key, ShareSample.Traffic traffic) {
    texts.put(part(key, WANTED), percent(traffic.wanted()));
    traffic.served().ifPresent(served -> texts.put(part(key, SERVED), percent(served)));
  }

  private static String percent(double ratio) {
    return Math.round(ratio * 100) + "%";
  }

  static boolean isOne(String key) {
    return key.equals(LEAST) || key.startsWith(LIST + SEPARATOR);
  }

  static SortedMap<String, String> read(Fields status) {
    SortedMap<String, String> texts = new TreeMap<>();
    status.text(LEAST).ifPresent(least -> texts.put(LEAST, least));
    for (Fields item : status.items(LIST)) {
      String[] place =
          PLACE.stream().map(field -> item.text(field).orElse("")).toArray(String[]::new);
      item.text(LEAST).ifPresent(share -> texts.put(key(place), share));
      for (String field : TRAFFIC) {
        item.text(field).ifPresent(text -> texts.put(part(key(place), field), text));
      }
    }
    return texts;
  }

  /** The fields of these texts. */
  static Map<String, Object> body(SortedMap<String, String> texts) {
    List<Map<String, String>> items = new ArrayList<>();
    texts.forEach(
        (key, share) -> {
          String[] steps = key.split(SEPARATOR, -1);
          if (isOne(key) && steps.length == 1 + PLACE.size()) {
            Map<String, String> item = new LinkedHashMap<>();
            for (int i = 0; i < PLACE.size(); i++) {
              item.put(PLACE.get(i), steps[1 + i]);
            }
            item.put(LEAST, share);
            for (String field : TRAFFIC) {
              Optional.ofNullable(texts.get(part(key, field)))
                  .ifPresent(text -> item.put(field, text));
            }
            items.add(item);
          }
        });
    Map<String, Object> body = new LinkedHashMap<>();
    if (texts.containsKey(LEAST)) {
      body.put(LEAST, texts.get(LEAST));
      body.put(LIST, items);
    }
    return body;
  }

  private static String part(String key, String field) {
    return key + SEPARATOR + field;
  }

  private static String key(String... place) {
    return LIST + SEPARATOR + String.join(SEPARATOR, place);
  }
}
