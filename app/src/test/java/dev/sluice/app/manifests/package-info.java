@NullMarked
package dev.sluice.app.manifests;

import org.jspecify.annotations.NullMarked;
