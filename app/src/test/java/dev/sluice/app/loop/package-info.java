@NullMarked
package dev.sluice.app.loop;

import org.jspecify.annotations.NullMarked;
