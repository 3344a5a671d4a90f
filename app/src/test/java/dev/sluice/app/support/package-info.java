@NullMarked
package dev.sluice.app.support;

import org.jspecify.annotations.NullMarked;
