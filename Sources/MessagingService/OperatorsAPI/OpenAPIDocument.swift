/// The description of the API (OpenAPI 3.1), as `GET openapi.json` sends it.
///
/// It is text, as a reader of the standard knows it; a test reads it and looks whether it names what
/// the API has.
enum OpenAPIDocument {
  /// All of it.
  static let bytes = Array(
    """
    {
    "openapi": "3.1.0",
    "info": {
      "title": "Sotto", "version": "1",
      "description": "For operators and back ends of the server; each error has a code."
    },
    "servers": [{"url": "/"}],
    "security": [{"adminToken": []}],
    "paths": {
    \(paths)
    },
    "components": {
      "securitySchemes": {"adminToken": {"type": "http", "scheme": "bearer"}},
    \(components)
    }
    }

    """.utf8
  )

  private static let paths = #"""
    "/api/v1/messages": {
      "post": {
        "operationId": "sendMessage",
        "summary": "Sends a message in somebody's name; makes the two no chat peers.",
        "requestBody": {
          "required": true,
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewMessage"}}}
        },
        "responses": {
          "200": {
            "description": "It is kept, or was before: the same id again is the same message.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Sent"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/Unauthorized"},
          "409": {"$ref": "#/components/responses/Conflict"},
          "413": {"$ref": "#/components/responses/TooLarge"},
          "415": {"$ref": "#/components/responses/UnsupportedMediaType"},
          "503": {"$ref": "#/components/responses/Unavailable"},
          "507": {"$ref": "#/components/responses/Full"}
        }
      }
    },
    "/api/v1/clients/{id}": {
      "parameters": [{"$ref": "#/components/parameters/ClientID"}],
      "get": {
        "operationId": "getClient",
        "summary": "Tells whether a client is there, and what waits for it.",
        "responses": {
          "200": {
            "description": "Also for a client that nobody knows.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Client"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/Unauthorized"},
          "503": {"$ref": "#/components/responses/Unavailable"}
        }
      },
      "delete": {
        "operationId": "disconnectClient",
        "summary": "Ends a client's connections (4004), and can keep it out (4003, or 403).",
        "parameters": [{
          "name": "block", "in": "query",
          "description": "For how long it is kept out. A restart of the server forgets it.",
          "schema": {"type": "string", "pattern": "^[1-9][0-9]{0,4}[smhd]$", "examples": ["12h"]}
        }],
        "responses": {
          "200": {
            "description": "Its connections are being closed, if there were any.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Closed"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/Unauthorized"},
          "507": {"$ref": "#/components/responses/Full"}
        }
      }
    },
    "/api/v1/clients/{id}/block": {
      "parameters": [{"$ref": "#/components/parameters/ClientID"}],
      "delete": {
        "operationId": "unblockClient",
        "summary": "Lets a client in again.",
        "responses": {
          "200": {
            "description": "It may connect.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Unblocked"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/Unauthorized"}
        }
      }
    },
    "/api/v1/clients/{id}/messages": {
      "parameters": [{"$ref": "#/components/parameters/ClientID"}],
      "delete": {
        "operationId": "eraseMessages",
        "summary": "Erases a client's log; what others have of it stays in theirs.",
        "responses": {
          "200": {
            "description": "It is erased.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Erased"}}}
          },
          "400": {"$ref": "#/components/responses/BadRequest"},
          "401": {"$ref": "#/components/responses/Unauthorized"},
          "503": {"$ref": "#/components/responses/Unavailable"}
        }
      }
    },
    "/api/v1/openapi.json": {
      "get": {
        "operationId": "getDescription",
        "summary": "This description.",
        "security": [],
        "responses": {
          "200": {
            "description": "OpenAPI 3.1.",
            "content": {"application/json": {"schema": {"type": "object"}}}
          }
        }
      }
    }
    """#
}
