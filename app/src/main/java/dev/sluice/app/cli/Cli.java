package dev.sluice.app.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The whole command line. */
public final class Cli {

  private Cli() {}

  /** The command line; {@code run} starts what {@code runner} starts. */
  public static CommandLine create(Runner runner) {
    CommandLine root = new CommandLine(new Root());
    root.addSubcommand(new RunCommand(runner));
    root.addSubcommand(new BootstrapCommand());
    root.addSubcommand(new CheckCommand());
    root.addSubcommand(new ExplainCommand());
    root.addSubcommand(new LintCommand());
    root.addSubcommand(new ProxiesCommand());
    root.addSubcommand(new RenderCommand());
    root.addSubcommand(new SupportBundleCommand());
    root.addSubcommand(new TopCommand());
    root.addSubcommand(new UnadoptCommand());
    root.addSubcommand(new HoldCommand());
    root.addSubcommand(new ReleaseCommand());
    root.addSubcommand(new RetireCommand());
    root.addSubcommand(new WatchCommand());
    root.addSubcommand(new WebhookConfigurationCommand());
    root.getSubcommands().values().forEach(command -> command.addMixin("help", new Help()));
    root.setParameterExceptionHandler((wrong, _) -> explain(wrong));
    return Converters.register(root);
  }

  private static int explain(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    command
        .getErr()
        .printf(
            "%s%nSee: %s --help%n", wrong.getMessage(), command.getCommandSpec().qualifiedName());
    command.getErr().flush();
    return ExitCode.USAGE;
  }

  /** This build's version. */
  public static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  @Command(
      name = "sluice",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class,
      description = "Steers LLM traffic by service-level objectives.",
      synopsisSubcommandLabel = "COMMAND")
  private static final class Root implements Runnable {

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(),
          "no command (expected: run, bootstrap, check, explain, lint, proxies, render,"
              + " support-bundle, top, unadopt, hold, release, retire, watch or"
              + " webhook-configuration)");
    }
  }

  private static final class Help {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "show this help")
    @SuppressWarnings("UnusedVariable") // picocli reads it
    private boolean help;
  }

  private static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"sluice " + version()};
    }
  }
}
