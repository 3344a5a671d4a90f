@NullMarked
package dev.sluice.foreman.rpc;

import org.jspecify.annotations.NullMarked;
