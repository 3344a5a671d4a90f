/** The certificates that our servers show and ask for, from files that may change. */
@NullMarked
package dev.sluice.app.tls;

import org.jspecify.annotations.NullMarked;
