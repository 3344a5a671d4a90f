/**
 * Where the world is read from, and the one source that needs no cluster: a folder of manifests.
 */
@NullMarked
package dev.sluice.app.sources;

import org.jspecify.annotations.NullMarked;
