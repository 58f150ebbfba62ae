/* What a message costs in C without any server around it: its frame is found and unmasked, and what is sent on is put
 * together. The tests divide by this, so that their figures mean the same with another compiler or C library. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 32, BODY = 64 };

static const char name[] = "receiver:";
static const char prefix[] = "Client #sender says: ";

static size_t put_frame(uint8_t *at)
{
    static const uint8_t key[4] = {0x12, 0x34, 0x56, 0x78};
    size_t count = sizeof name - 1 + BODY;
    at[0] = 0x81;
    at[1] = (uint8_t)(0x80 | count);
    memcpy(at + 2, key, 4);
    for (size_t i = 0; i < count; i++)
        at[6 + i] = (uint8_t)((i < sizeof name - 1 ? name[i] : 'x') ^ key[i & 3]);
    return 6 + count;
}

int main(int argc, char **argv)
{
    static uint8_t input[16384], read[16384], output[16384];
    long rounds = argc > 1 ? atol(argv[1]) : 1;
    unsigned long sum = 0;
    size_t size = 0;
    for (int i = 0; i < BATCH; i++)
        size += put_frame(input + size);
    while (rounds-- > 0) {
        uint8_t *in = read, *out = output;
        memcpy(read, input, size);
        while (in < read + size) {
            size_t count = in[1] & 127, body;
            uint8_t *payload = in + 6, *colon;
            for (size_t i = 0; i < count; i++)
                payload[i] ^= in[2 + (i & 3)];
            colon = memchr(payload, ':', count);
            body = (size_t)(payload + count - colon - 1);
            out[0] = 0x81;
            out[1] = (uint8_t)(sizeof prefix - 1 + body);
            memcpy(out + 2, prefix, sizeof prefix - 1);
            memcpy(out + 2 + sizeof prefix - 1, colon + 1, body);
            out += 2 + sizeof prefix - 1 + body;
            in = payload + count;
        }
        sum += (unsigned long)(out - output) + output[rounds & 1023];
    }
    printf("%lu\n", sum);
    return 0;
}
