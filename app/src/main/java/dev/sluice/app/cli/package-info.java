/** The command line: what is asked for, checked in full before anything starts. */
@NullMarked
package dev.sluice.app.cli;

import org.jspecify.annotations.NullMarked;
