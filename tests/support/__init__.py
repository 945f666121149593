"""What tests share: databases, a browser without a screen, servers, builders."""
