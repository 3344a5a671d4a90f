package dev.sluice.app;

import dev.sluice.app.cli.Cli;

/** The program. */
public final class Main {

  private Main() {}

  /** Runs a command and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(Cli.create(Sluice::start).execute(arguments));
  }
}
