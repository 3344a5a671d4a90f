package dev.sluice.app.tls;

/** Why the files can't be used: one sentence with the option, the file and what would do. */
public final class TlsFault extends Exception {

  private final String words;

  TlsFault(String words) {
    super(words);
    this.words = words;
  }

  /** The sentence; never has anything of a key in it. */
  public String words() {
    return words;
  }
}
