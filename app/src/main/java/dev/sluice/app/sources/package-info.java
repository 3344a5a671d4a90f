/** Where the world is read from: a folder of manifests. A cluster is the next one to come. */
@NullMarked
package dev.sluice.app.sources;

import org.jspecify.annotations.NullMarked;
