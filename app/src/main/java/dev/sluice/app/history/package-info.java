/** What was decided and served lately, kept in bounded memory for whoever asks why. */
@NullMarked
package dev.sluice.app.history;

import org.jspecify.annotations.NullMarked;
