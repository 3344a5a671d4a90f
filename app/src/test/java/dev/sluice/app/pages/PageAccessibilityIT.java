package dev.sluice.app.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a listener is told: the accessibility tree that Chromium gives a screen reader. */
class PageAccessibilityIT extends InABrowser {

  private static final String MANY =
      IntStream.range(0, 25)
          .mapToObj(number -> PageStage.service("svc-%02d".formatted(number)))
          .collect(Collectors.joining());

  @Test
  void theTitleAndTheOneTopHeadingSayHowManyAreBreached() throws Exception {
    try (PageStage stage = breached()) {
      open(stage);

      Heard heard = browser.heard();

      assertThat(heard.names("RootWebArea"))
          .containsExactly("(1) 1 of 2 services breached · Sluice");
      assertThat(heard.all("heading"))
          .filteredOn(one -> one.property("level").equals("1"))
          .singleElement()
          .satisfies(
              one -> assertThat(one.name()).isEqualTo("1 of 2 services breached"),
              one -> assertThat(one.property("live")).isEqualTo("polite"));
    }
  }

  @Test
  void partsAreLandmarksWithNamesAndNoLevelOfHeadingIsLeftOut() throws Exception {
    try (PageStage stage = breached()) {
      open(stage);

      Heard heard = browser.heard();

      assertThat(heard.all("banner")).hasSize(1);
      assertThat(heard.all("main")).hasSize(1);
      assertThat(heard.all("contentinfo")).hasSize(1);
      assertThat(heard.names("region"))
          .containsExactly("Services", "Traffic", "What happened", "Proxies", "Held Agents");
      int above = 0;
      for (Heard.Node heading : heard.all("heading")) {
        int level = Integer.parseInt(heading.property("level"));
        assertThat(level).as(heading.name()).isBetween(1, above + 1);
        above = level;
      }
      assertThat(heard.names("heading"))
          .contains("default/chat")
          .anyMatch(one -> one.startsWith("Rule all"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {DESK, 320})
  void aRowSaysItsServiceAndItsStateInWords(int width) throws Exception {
    try (PageStage stage = breached()) {
      browser.open(stage.url(), width, "light");
      browser.awaitText("1 of 2 services breached");

      Heard heard = browser.heard();
      Heard.Node services = named(heard.all("table"), "Services");
      Heard inside = heard.inside(services);

      assertThat(inside.names("columnheader"))
          .containsExactly("State", "Service", "Since", "Burn rate", "Budget left", "Keeps", "Why");
      assertThat(inside.names("rowheader")).containsExactly("default/gpu-a", "default/gpu-b");
      Heard breached = inside.inside(inside.all("row").get(1));
      assertThat(breached.names("rowheader")).containsExactly("default/gpu-a");
      assertThat(breached.names("cell").getFirst()).isEqualTo("Breached");
      assertThat(inside.inside(inside.all("row").get(2)).names("cell").getFirst())
          .isEqualTo("Within budget");
      assertThat(inside.text()).doesNotContain("■").doesNotContain("○");
    }
  }

  @Test
  void aPictureIsToldInWordsAndAsATable() throws Exception {
    try (PageStage stage = breached()) {
      open(stage);

      List<Heard.Node> pictures = browser.heard().all("image");
      browser.evaluate("document.querySelector('.rule > details').open = true");
      Heard heard = browser.heard();
      Heard table = heard.inside(named(heard.all("table"), "Rule all of default/chat"));

      assertThat(pictures).hasSize(2);
      assertThat(pictures.getFirst().name())
          .startsWith("gpu-a in rule all of default/chat. Wanted 50% from ")
          .contains(". Served 3% lately. Verdict: Within budget from ", ", Breached from ");
      assertThat(pictures.getFirst().property("description")).as("said once").isEmpty();
      assertThat(table.names("columnheader"))
          .containsExactly("from", "gpu-a: wanted, served", "gpu-b: wanted, served");
      assertThat(table.names("rowheader")).hasSize(4);
      assertThat(table.names("cell")).contains("3%, 5%", "50%, no reports");
    }
  }

  @Test
  void everyControlHasANameOfItsOwn() throws Exception {
    try (PageStage stage = new PageStage(TWO + MANY)) {
      stage.goOn(Duration.ofMinutes(10), CALM);
      browser.open(stage.url(), DESK, "light");
      browser.await("document.querySelectorAll('.rule > details').length === 1");

      Heard closed = browser.heard();
      browser.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })");
      Heard opened = browser.heard();

      assertThat(closed.names("searchbox")).containsExactly("Filter services by name or state");
      assertThat(closed.names("button")).contains("Show all 27");
      assertThat(closed.names("DisclosureTriangle"))
          .contains("Details of default/svc-00", "As a table: rule all of default/chat")
          .doesNotHaveDuplicates();
      assertThat(opened.nodes())
          .filteredOn(one -> one.property("focusable").equals("true"))
          .filteredOn(one -> !List.of("main", "RootWebArea").contains(one.role()))
          .allSatisfy(one -> assertThat(one.name()).as(one.role()).isNotBlank());
    }
  }

  @Test
  void theFilterSaysHowManyFit() throws Exception {
    try (PageStage stage = new PageStage(MANY)) {
      stage.goOn(Duration.ofSeconds(10), Map.of());
      browser.open(stage.url(), DESK, "light");
      browser.await("!document.getElementById('filter').hidden");

      browser.evaluate("document.getElementById('filter').focus()");
      browser.ask("Input.insertText", Map.of("text", "svc-1"));
      browser.awaitText("10 of 25 fit");

      Heard heard = browser.heard();
      assertThat(heard.all("status"))
          .filteredOn(one -> heard.inside(one).text().equals("10 of 25 fit"))
          .singleElement()
          .satisfies(one -> assertThat(one.property("live")).isEqualTo("polite"));
    }
  }

  @Test
  void aBannerIsAnnouncedOncePolitelyAndNotAtEachPoll() throws Exception {
    try (PageStage stage = breached()) {
      open(stage);
      announcements();

      stage.prometheusFails("connection refused");
      browser.awaitText("connection refused");
      stage.prometheusFails("connection refused");
      awaitPolls(3);

      assertThat(announced())
          .filteredOn(one -> one.contains("Prometheus doesn’t answer"))
          .hasSize(1);
      Heard heard = browser.heard();
      assertThat(heard.all("status"))
          .filteredOn(one -> heard.inside(one).text().contains("connection refused"))
          .singleElement()
          .satisfies(one -> assertThat(one.property("live")).isEqualTo("polite"));
    }
  }

  @Test
  void aRefreshThatChangesOnlyFiguresAnnouncesNothing() throws Exception {
    try (PageStage stage = breached()) {
      open(stage);
      announcements();

      stage.goOn(Duration.ofSeconds(10), Map.of("gpu-a", 60.0, "gpu-b", 0.1));
      browser.awaitText("60×");
      awaitPolls(2);

      assertThat(announced()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRowThatChangesAndRisesKeepsFocusAndWhatIsOpen(boolean movesQuietly) throws Exception {
    try (PageStage stage = new PageStage(TWO)) {
      stage.goOn(Duration.ofMinutes(10), CALM);
      browser.open(stage.url(), DESK, "light");
      browser.await("document.querySelectorAll('.rule > details').length === 1");
      browser.evaluate("document.querySelectorAll('#services summary')[1].focus()");
      browser.press("Enter");
      countFocus(movesQuietly);

      stage.goOn(Duration.ofMinutes(5), Map.of("gpu-a", 0.2, "gpu-b", 50.0));
      browser.awaitText("1 of 2 services breached");

      assertThat(browser.text("#services tbody tr")).contains("gpu-b");
      assertThat(focused()).isEqualTo("Details of default/gpu-b");
      assertThat(browser.evaluate("document.activeElement.parentNode.open").asBoolean()).isTrue();
      assertSaidAgainOnlyIf(!movesQuietly);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPictureDrawnAnewKeepsFocusAndItsTableOpen(boolean movesQuietly) throws Exception {
    try (PageStage stage = breached()) {
      open(stage);
      browser.evaluate("document.querySelector('.rule summary').focus()");
      browser.press("Space");
      countFocus(movesQuietly);
      browser.evaluate("window.drawn = document.querySelector('.strip svg')");

      stage.goOn(Duration.ofSeconds(20), CALM);
      browser.await("!window.drawn.isConnected");

      assertThat(focused()).isEqualTo("As a table: rule all of default/chat");
      assertThat(browser.evaluate("document.activeElement.parentNode.open").asBoolean()).isTrue();
      assertSaidAgainOnlyIf(!movesQuietly);
    }
  }

  /**
   * A browser without {@code moveBefore} loses the focus of what is moved, and is given it back.
   */
  private void countFocus(boolean movesQuietly) {
    if (!movesQuietly) {
      browser.evaluate("delete Element.prototype.moveBefore");
    }
    browser.evaluate(
        "window.focusMoved = 0; document.addEventListener('focusin', () => window.focusMoved++)");
  }

  /** A screen reader says what gets the focus, also where it had it before. */
  private void assertSaidAgainOnlyIf(boolean isGivenBack) {
    assertThat(browser.evaluate("window.focusMoved > 0").asBoolean()).isEqualTo(isGivenBack);
  }

  /** From here on, what live regions come to say is noted: each change is an announcement. */
  private void announcements() {
    browser.evaluate(
        """
        window.announced = [];
        document.querySelectorAll('[aria-live], [role=status], [role=alert]').forEach(region =>
          new MutationObserver(() => window.announced.push(region.textContent))
            .observe(region, {childList: true, characterData: true, subtree: true}))
        """);
  }

  private List<String> announced() {
    List<String> words = new ArrayList<>();
    browser.evaluate("window.announced").forEach(one -> words.add(one.asText()));
    return words;
  }

  private void awaitPolls(int more) {
    String polls =
        "performance.getEntriesByType('resource').filter(one => one.name.endsWith('/api/v1/page')).length";
    int before = browser.evaluate(polls).asInt();
    browser.await(polls + " >= " + (before + more));
  }

  private String focused() {
    return browser.evaluate("document.activeElement.ariaLabel").asText();
  }

  private static Heard.Node named(List<Heard.Node> nodes, String name) {
    assertThat(nodes).extracting(Heard.Node::name).contains(name);
    return nodes.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private void open(PageStage stage) {
    browser.open(stage.url(), DESK, "light");
    browser.await("document.querySelectorAll('.strip svg').length === 2");
    assertThat(browser.text("h1")).isEqualTo("1 of 2 services breached");
  }
}
