/** What a running Sluice shows over HTTP: health, readiness, metrics, and what it has decided. */
@NullMarked
package dev.sluice.app.pages;

import org.jspecify.annotations.NullMarked;
