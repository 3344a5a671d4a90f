/**
 * What a running Sluice shows over HTTP: health, readiness, metrics, and what it has decided. The
 * JSON that the page reads is made here; that of the commands {@code explain}, {@code top} and
 * {@code proxies} in {@code explain}.
 */
@NullMarked
package dev.sluice.app.pages;

import org.jspecify.annotations.NullMarked;
