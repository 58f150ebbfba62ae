// zlib. Its macros deflateInit2 and inflateInit2 do not import into Swift: the functions behind them do.
#include <zlib.h>
