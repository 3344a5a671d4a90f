/** Manifests as text or JSON become records, and every rejected value a problem with its place. */
@NullMarked
package dev.sluice.app.manifests;

import org.jspecify.annotations.NullMarked;
