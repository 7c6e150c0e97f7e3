/* SPDX-License-Identifier: GPL-3.0-or-later */
/* net.h -- the shape of the network and the buffers of an instance, for both number types.
 *
 * Everything that a pass over the data computes is laid out [unit][sample]: a layer's values are a
 * matrix with a row for each unit. Bias, activation and softmax then run along samples, and the
 * matrix product of the next layer takes it as it is.
 */
#ifndef MODEL_MLP_NET_H
#define MODEL_MLP_NET_H

#include <stdbool.h>
#include <thalweg/plugin.h>

#include "../util/scratch.h"

enum activation { RELU, LEAKY_RELU, TANH, SIGMOID, GELU };
enum precision { FLOAT32, FLOAT64 };

#define LEAKY_SLOPE 0.01

struct config {
    struct tw_ints hidden;
    int activation, precision;
    bool skip;
    double l2;
};

struct layer {
    size_t in, out;
    size_t weight, bias; /* where they begin in theta */
    bool skip;           /* the input is added to the activation */
};

/* Samples [at, at + n) of matrices that have ld of them in a row. */
struct span {
    size_t at, n, ld;
};

struct net_f32;
struct net_f64;
struct plane_f32;
struct plane_f64;
struct mlp_hvp;

struct mlp {
    const struct tw_host *host;
    const struct config *cfg;
    const struct tw_data *data;
    struct layer *layer; /* n_layers of them; the last gives the scores */
    size_t n_layers, dim;
    size_t n_features, n_classes;
    size_t widest; /* of the hidden layers and the scores */
    size_t chunk;  /* rows of a step of loss() and grad() */

    struct scratch mem;
    double *row_loss; /* chunk, as are the next two */
    unsigned char *right;
    int32_t *label;
    double squares[6];           /* of the plane, for l2_plane() */
    struct plane_f32 *plane_f32; /* the plane extension, once begun: one of the two */
    struct plane_f64 *plane_f64;
    struct mlp_hvp *hvp; /* Hessian times vector, once asked for */
    struct net_f32 *f32; /* one of the two */
    struct net_f64 *f64;
};

#endif
