package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever has no mouse, or needs it large, or in colours of their own, reaches everything too. */
class PageReachIT extends InABrowser {

  @Test
  void theFirstTabStopSkipsToTheServices() throws Exception {
    try (PageStage stage = breached()) {
      open(stage, DESK);

      browser.press("Tab");
      String first = focused();
      double left =
          browser.evaluate("document.activeElement.getBoundingClientRect().left").asDouble();
      browser.press("Enter");
      browser.await("document.activeElement.id === 'main'");
      browser.press("Tab");

      assertThat(first).isEqualTo("Skip to the services");
      assertThat(left).as("it is seen once it has the focus").isNotNegative();
      assertThat(focused()).isEqualTo("Details of default/gpu-a");
    }
  }

  @Test
  void tabReachesEveryControlInReadingOrderAndIsSeenThere() throws Exception {
    try (PageStage stage = breached()) {
      open(stage, DESK);
      openAll();
      List<String> controls = controls();

      List<String> reached = new ArrayList<>();
      for (int stop = 0; stop < controls.size(); stop++) {
        browser.press("Tab");
        reached.add(focused());
        assertThat(outline()).as(reached.getLast()).isGreaterThanOrEqualTo(2);
      }
      browser.press("Tab");

      assertThat(controls).contains("Copy", "As a table: rule all of default/chat", "metrics");
      assertThat(reached).isEqualTo(controls);
      assertThat(focused()).as("it isn't held at the end").isNotEqualTo(reached.getLast());
    }
  }

  @Test
  void enterAndSpaceOpenDetails() throws Exception {
    try (PageStage stage = breached()) {
      open(stage, DESK);
      browser.evaluate("document.querySelector('#services summary').focus()");
      String isOpen = "document.activeElement.parentNode.open";

      browser.press("Enter");
      boolean afterEnter = browser.evaluate(isOpen).asBoolean();
      browser.press("Enter");
      boolean afterAnother = browser.evaluate(isOpen).asBoolean();
      browser.press("Space");

      assertThat(afterEnter).isTrue();
      assertThat(afterAnother).isFalse();
      assertThat(browser.evaluate(isOpen).asBoolean()).isTrue();
    }
  }

  /** 1280 pixels at 200 % and at 400 %. */
  @ParameterizedTest
  @ValueSource(ints = {640, 320})
  void enlargedNothingIsCutOffOrNeedsSidewaysScrolling(int width) throws Exception {
    String one = "a-service-whose-name-is-as-long-as-kubernetes-lets-a-name-be-ab";
    String other = "another-of-sixty-three-letters-so-that-a-table-gets-wide-enough";
    String third = "third".repeat(12);
    String world =
        PageStage.service(one)
            + PageStage.service(other)
            + PageStage.router("chat-" + third.substring(5), one, other)
            + PageStage.service(third)
                .replace(
                    "{name: " + third + "}",
                    "{name: "
                        + third
                        + ", annotations: {sluice.dev/override: "
                        + third
                        + third
                        + "}}");
    try (PageStage stage = new PageStage(world)) {
      stage.goOn(Duration.ofMinutes(10), Map.of(one, 0.1, other, 0.1));
      stage.goOn(Duration.ofMinutes(5), Map.of(one, 50.0, other, 0.1));
      stage.prometheusFails("connection refused by http://prometheus." + one + ":9090/" + other);
      open(stage, width);
      browser.awaitText("connection refused");
      openAll();

      assertThat(browser.text("#problems")).contains(third);
      assertThat(browser.evaluate("document.scrollingElement.scrollWidth").asInt())
          .isLessThanOrEqualTo(width);
      assertThat(cutOff()).isEmpty();
      browser.screenshot(width, SHOTS.resolve("at-" + width + ".png"));
    }
  }

  @Test
  void nothingMovesForWhoeverWantsLessMotion() throws Exception {
    try (PageStage stage = breached()) {
      open(stage, DESK);
      media("prefers-reduced-motion", "reduce", "light");

      stage.goOn(Duration.ofMinutes(3), Map.of("gpu-a", 0.2, "gpu-b", 0.1));
      browser.awaitText("1 of 2 services recovering");

      assertThat(
              browser
                  .evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
                  .asBoolean())
          .isTrue();
      assertThat(browser.evaluate("document.getAnimations().length").asInt()).isZero();
      assertThat(
              browser
                  .evaluate(
                      """
                      [...document.querySelectorAll('*')].map(one => getComputedStyle(one)).filter(style =>
                        style.transitionDuration !== '0s' || style.animationName !== 'none'
                          || style.scrollBehavior !== 'auto').length
                      """)
                  .asInt())
          .isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void inForcedColoursStatesAreToldApartAndLinesAreSeen(String scheme) throws Exception {
    String four = TWO + PageStage.service("gpu-c") + PageStage.service("gpu-d");
    try (PageStage stage = new PageStage(four)) {
      stage.goOn(Duration.ofMinutes(10), Map.of("gpu-a", 0.2, "gpu-b", 0.2, "gpu-c", 0.2));
      stage.goOn(Duration.ofMinutes(5), Map.of("gpu-a", 50.0, "gpu-b", 50.0, "gpu-c", 0.2));
      stage.goOn(Duration.ofMinutes(3), Map.of("gpu-a", 50.0, "gpu-b", 0.2, "gpu-c", 0.2));
      open(stage, DESK);
      media("forced-colors", "active", scheme);

      assertThat(browser.evaluate("matchMedia('(forced-colors: active)').matches").asBoolean())
          .isTrue();
      List<String> chips =
          strings(
              """
              [...document.querySelectorAll('#services .chip')].filter(one => one.checkVisibility())
                .map(one => getComputedStyle(one, '::before').content.slice(1, 2) + ' ' + one.textContent)
              """);
      assertThat(chips)
          .containsExactlyInAnyOrder("■ Breached", "◐ Recovering", "○ Within budget", "? Unknown");
      for (String line : List.of(".wanted", ".served")) {
        assertThat(contrast("#routers svg " + line)).as(line).isGreaterThanOrEqualTo(3);
      }
      browser.screenshot(DESK, SHOTS.resolve("forced-colors-" + scheme + ".png"));
    }
  }

  private void open(PageStage stage, int width) {
    browser.open(stage.url(), width, "light");
    browser.await("document.querySelectorAll('.strip svg').length === 2");
    browser.ask("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
  }

  private void openAll() {
    browser.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })");
  }

  private void media(String feature, String value, String scheme) {
    List<Map<String, String>> features =
        List.of(
            Map.of("name", feature, "value", value),
            Map.of("name", "prefers-color-scheme", "value", scheme));
    browser.ask("Emulation.setEmulatedMedia", Map.of("features", features));
  }

  /** What can be acted on, in the order of the text. */
  private List<String> controls() {
    return strings(
        """
        [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
          .filter(one => one.checkVisibility()).map(one => one.ariaLabel ?? one.textContent)
        """);
  }

  private String focused() {
    return browser
        .evaluate("document.activeElement.ariaLabel ?? document.activeElement.textContent")
        .asText();
  }

  private int outline() {
    return browser
        .evaluate(
            """
            (style => style.outlineStyle === 'none' ? 0 : parseInt(style.outlineWidth))(
              getComputedStyle(document.activeElement))
            """)
        .asInt();
  }

  /** What reaches past an edge of the window, or has more in it than it shows. */
  private List<String> cutOff() {
    return strings(
        """
        [...document.querySelectorAll('body *:not(svg *)')]
          .filter(one => one.checkVisibility() && !one.closest('.skip, #services thead'))
          .filter(one => one.getBoundingClientRect().left < 0
            || one.getBoundingClientRect().right > innerWidth + 0.5
            || (getComputedStyle(one).display !== 'inline' && one.tagName !== 'svg'
              && one.scrollWidth > one.clientWidth + 1))
          .map(one => one.outerHTML.slice(0, 120))
        """);
  }

  /** Of a line with what is behind it, as WCAG reckons it. */
  private double contrast(String selector) {
    return browser
        .evaluate(
            """
            (line => {
              const light = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(one => one / 255)
                .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
                .reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);
              const [low, high] = [getComputedStyle(line).stroke,
                getComputedStyle(line.ownerSVGElement).backgroundColor].map(light).sort((a, b) => a - b);
              return (high + 0.05) / (low + 0.05);
            })(document.querySelector('%s'))
            """
                .formatted(selector))
        .asDouble();
  }

  private List<String> strings(String expression) {
    List<String> all = new ArrayList<>();
    for (JsonNode one : browser.evaluate(expression)) {
      all.add(one.asText());
    }
    return all;
  }
}
