extension OpenAPIDocument {
  /// What the paths share: parameters, bodies, answers.
  static let components = #"""
      "parameters": {
        "ClientID": {
          "name": "id", "in": "path", "required": true,
          "schema": {"$ref": "#/components/schemas/ClientID"}
        }
      },
      "schemas": {
        "ClientID": {
          "type": "string", "format": "client-id", "minLength": 1, "maxLength": 64,
          "pattern": "^[^\\s\\u0000-\\u001F\\u007F-\\u009F:/]+$",
          "description": "1 to 64 bytes of UTF-8 without control characters, white space, : and /."
        },
        "MessageID": {
          "type": "string", "format": "message-id", "minLength": 1, "maxLength": 64,
          "pattern": "^[^~]",
          "description": "1 to 64 bytes of UTF-8 that do not begin with ~."
        },
        "Time": {"type": "integer", "minimum": 0, "description": "Milliseconds since 1970."},
        "NewMessage": {
          "type": "object",
          "properties": {
            "from": {"$ref": "#/components/schemas/ClientID"},
            "to": {"$ref": "#/components/schemas/ClientID"},
            "id": {"$ref": "#/components/schemas/MessageID"},
            "text": {"type": "string"},
            "data": {"description": "Any JSON value, passed on byte for byte."}
          },
          "required": ["from", "to"],
          "oneOf": [{"required": ["text"]}, {"required": ["data"]}]
        },
        "Sent": {
          "type": "object",
          "properties": {
            "id": {"type": "string", "description": "Begins with ~ if the server has chosen it."},
            "state": {
              "enum": ["sent", "kept"],
              "description": "sent: on its way to a connection; kept: it waits for the client."
            }
          },
          "required": ["id", "state"], "additionalProperties": false
        },
        "Client": {
          "type": "object",
          "properties": {
            "client": {"$ref": "#/components/schemas/ClientID"},
            "online": {"type": "boolean", "description": "Connected, or in its leave grace."},
            "connections": {"type": "integer", "minimum": 0},
            "since": {
              "anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}],
              "description": "When the oldest of its connections was opened."
            },
            "pending": {
              "type": "integer", "minimum": 0,
              "description": "Messages that it has not acknowledged."
            },
            "blocked_until": {
              "anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}]
            }
          },
          "required": ["client", "online", "connections", "since", "pending", "blocked_until"],
          "additionalProperties": false
        },
        "Closed": {
          "type": "object",
          "properties": {
            "client": {"$ref": "#/components/schemas/ClientID"},
            "closed": {"type": "integer", "minimum": 0, "description": "Connections."},
            "blocked_until": {
              "anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}]
            }
          },
          "required": ["client", "closed", "blocked_until"], "additionalProperties": false
        },
        "Unblocked": {
          "type": "object",
          "properties": {
            "client": {"$ref": "#/components/schemas/ClientID"},
            "unblocked": {"type": "boolean", "description": "Whether it was kept out."}
          },
          "required": ["client", "unblocked"], "additionalProperties": false
        },
        "Erased": {
          "type": "object",
          "properties": {
            "client": {"$ref": "#/components/schemas/ClientID"},
            "erased": {"type": "integer", "minimum": 0, "description": "Messages."}
          },
          "required": ["client", "erased"], "additionalProperties": false
        },
        "Error": {
          "type": "object",
          "properties": {
            "error": {
              "type": "object",
              "properties": {
                "code": {"type": "string", "description": "A word that programs can tell apart."},
                "message": {"type": "string", "description": "A sentence for people."}
              },
              "required": ["code", "message"], "additionalProperties": false
            }
          },
          "required": ["error"], "additionalProperties": false
        }
      },
      "responses": {
        "BadRequest": {
          "description": "bad_request: not as described here; bad_target: no client's id.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "Unauthorized": {
          "description": "unauthorized: the admin token is missing, or another one.",
          "headers": {"WWW-Authenticate": {"required": true, "schema": {"type": "string"}}},
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "Conflict": {
          "description": "conflict: the sender has used the id for another message.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "TooLarge": {
          "description": "too_large: more than --max-message-size.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "UnsupportedMediaType": {
          "description": "unsupported_media_type: no application/json.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "Unavailable": {
          "description": "unavailable: the store does not work; not known whether this was done.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        },
        "Full": {
          "description": "mailbox_full or too_many_blocks: nothing more is taken.",
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
        }
      }
    """#
}
