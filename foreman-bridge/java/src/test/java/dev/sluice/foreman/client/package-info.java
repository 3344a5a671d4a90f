@NullMarked
package dev.sluice.foreman.client;

import org.jspecify.annotations.NullMarked;
