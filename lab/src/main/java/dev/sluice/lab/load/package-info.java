/** An open-loop load generator for streaming chat completions. */
@NullMarked
package dev.sluice.lab.load;

import org.jspecify.annotations.NullMarked;
